"""Ways to communicate, as UCWA spells them."""

from __future__ import annotations

import pytest

from openucwa.domain.modalities import AudioPreference, MessageFormat, Modality


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Modality, "Audio Messaging PanoramicVideo PhoneAudio Video"),
        (MessageFormat, "Plain Html"),
        (AudioPreference, "PhoneAudio VoipAudio"),
    ],
)
def test_they_are_written_as_clients_know_them(kind, names):
    assert names.split() == [str(one) for one in kind]
