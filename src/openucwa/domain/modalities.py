"""Ways to communicate."""

from __future__ import annotations

import enum


class Modality(enum.StrEnum):
    """Ways to communicate (ModalityType)."""

    AUDIO = "Audio"
    MESSAGING = "Messaging"
    PANORAMIC_VIDEO = "PanoramicVideo"
    PHONE_AUDIO = "PhoneAudio"
    VIDEO = "Video"


class MessageFormat(enum.StrEnum):
    """Formats of messages (MessageFormat)."""

    PLAIN = "Plain"
    HTML = "Html"


class AudioPreference(enum.StrEnum):
    """How to be called (AudioPreference)."""

    PHONE_AUDIO = "PhoneAudio"
    VOIP_AUDIO = "VoipAudio"
