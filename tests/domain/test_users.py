"""A user's live state: what others are told, and what time does (BEHAVIOUR 2.3, 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openucwa.domain.applications import Application, Communication, Key, Terms
from openucwa.domain.channel import Channel
from openucwa.domain.modalities import Modality
from openucwa.domain.notices import Notice
from openucwa.domain.people import Level
from openucwa.domain.presence import (
    OFFLINE,
    Availability,
    Claim,
    Endpoint,
    Note,
    Preferred,
    Source,
    Standing,
    manual_claim,
    timed_claim,
)
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.subscriptions import Listening, Subscription
from openucwa.domain.users import (
    arrive,
    claim_automatically,
    end,
    next_due,
    restore,
    settle,
    tend,
    unsubscribe,
    unwatch,
)

NOW = 1_000_000.0
MINUTE, HOUR = 60.0, 3600.0
LENE, SARA, JOHN = "lenea@contoso.test", "sarad@contoso.test", "johnd@contoso.test"
TERMS = Terms()


def a_user(*applications, standing=Standing()):
    """Return a user of whom everybody knows everything."""
    user = arrive(LENE, standing)
    user.applications = {application.id: application for application in applications}
    settle(user, NOW)
    return user


def told(change, watcher=SARA, default=Level.COLLEAGUES):
    """Return the resources that somebody is told of who watches Lene."""
    return change.seen_by(*change.levels_of(watcher, LENE, default))


def news(user, now):
    """Settle; return what a colleague is told."""
    change = settle(user, now)
    return () if change is None else told(change)


def an_application(identifier="1", *, active=None, subscriptions=(), modalities=(), listening=None):
    """Return an application; ``active`` is when it was, None in lurker mode."""
    return Application(
        identifier,
        Key(identifier, "en-US", "test/1", ""),
        NOW,
        NOW,
        {"": Channel("e", released=NOW)},
        None if active is None else Endpoint(active, 300, 300),
        communication=Communication(modalities),
        subscriptions={one.id: one for one in subscriptions},
        listening=listening,
    )


def a_subscription(*members, identifier="s1", left=30 * MINUTE, **more):
    return Subscription(NOW + left, id=identifier, members=members, **more)


# ---------------------------------------------------------------------- what others see


def test_who_arrives_is_offline_and_news_to_nobody():
    """Her note and location outlived her sign-out, so they are not told again."""
    user = arrive(LENE, Standing(Note("back soon"), "Oslo"))

    assert OFFLINE == user.aggregate(NOW)
    assert () == news(user, NOW)


def test_r7_32_only_what_changed_is_told_and_only_once():
    user = a_user()
    user.applications["1"] = an_application(active=NOW, modalities=(Modality.MESSAGING,))

    assert ("contactPresence", "contactSupportedModalities") == news(user, NOW)
    assert () == news(user, NOW)
    user.standing = Standing(Note("hello"), "Oslo")
    assert ("contactNote", "contactLocation") == news(user, NOW)
    assert () == news(user, NOW + 299)
    assert ("contactPresence",) == news(user, NOW + 300)


def test_r7_13_a_report_of_an_active_person_is_no_news():
    user = a_user(an_application(active=NOW))
    user.applications["1"].endpoint.report(NOW + 200)

    assert () == news(user, NOW + 200)
    assert () == news(user, NOW + 499)


def test_a_change_of_one_endpoint_that_others_outshine_is_no_news():
    user = a_user(an_application("1", active=NOW), an_application("2", active=NOW - 299))

    assert () == news(user, NOW + 1)


def test_r2_10_lurkers_are_offline_and_offer_nothing():
    user = a_user(an_application(modalities=(Modality.AUDIO,)))

    assert OFFLINE == user.aggregate(NOW)
    assert [] == user.modalities()


def test_modalities_are_those_of_all_that_can_be_reached():
    user = a_user(
        an_application("1", active=NOW, modalities=(Modality.VIDEO, Modality.MESSAGING)),
        an_application("2", active=NOW, modalities=(Modality.MESSAGING, Modality.AUDIO)),
    )

    assert [Modality.AUDIO, Modality.MESSAGING, Modality.VIDEO] == user.modalities()


def test_r7_7_last_active_is_the_latest_anywhere_or_what_was_stored():
    known = Standing(last_active=5.0)

    assert 5.0 == a_user(standing=known).last_active()
    assert (
        NOW - 10
        == a_user(
            an_application("1", active=NOW - 10),
            an_application("2", active=NOW - 50),
            standing=known,
        ).last_active()
    )
    assert a_user().last_active() is None


def test_a_manual_claim_is_the_users_over_all_applications():
    busy = Standing(manual=manual_claim(Preferred.BUSY, NOW))
    user = a_user(an_application("1", active=NOW), standing=busy)

    assert Availability.BUSY == user.aggregate(NOW).availability
    assert Availability.IDLE_BUSY == user.aggregate(NOW + 23 * HOUR).availability
    assert Availability.AWAY == user.aggregate(NOW + 24 * HOUR).availability


# ---------------------------------------------------------------------- how close people are


def test_a_new_level_is_settled_once():
    user = a_user(an_application(active=NOW))
    user.standing = replace(user.standing, levels={SARA: Level.BLOCKED})
    change = settle(user, NOW)

    assert ("contactPresence",) == told(change)
    assert () == told(change, JOHN)
    assert settle(user, NOW) is None


@pytest.mark.parametrize(
    ("address", "level"),
    [(LENE, Level.UNKNOWN), (SARA, Level.BLOCKED), (JOHN, Level.EXTERNAL)],
    ids=["oneself", "somebody with a level", "all others"],
)
def test_how_close_somebody_is(address, level):
    user = a_user(standing=Standing(levels={SARA: Level.BLOCKED, LENE: Level.BLOCKED}))

    assert level is user.level_of(address, Level.EXTERNAL)


def test_levels_that_were_given_before_are_no_news():
    user = arrive(LENE, Standing(levels={SARA: Level.BLOCKED}))

    assert settle(user, NOW) is None


# ---------------------------------------------------------------------- the end of applications


def test_r2_20_the_last_endpoint_takes_the_person_offline_and_leaves_when_she_was_active():
    application = an_application(active=NOW - 10)
    user = a_user(application)
    end(user, application)

    assert {} == user.applications
    assert NOW - 10 == user.standing.last_active == user.last_active()
    assert "contactPresence" in news(user, NOW)


def test_while_another_endpoint_lives_nobody_goes_offline():
    one, two = an_application("1", active=NOW - 10), an_application("2", active=NOW - 20)
    user = a_user(one, two)
    end(user, one)

    assert Availability.ONLINE == user.aggregate(NOW).availability


def test_last_activity_never_goes_back():
    """R7.7: the more recently active of two endpoints leaves first."""
    one, two = an_application("1", active=NOW - 10), an_application("2", active=NOW - 20)
    user = a_user(one, two)
    end(user, one)

    assert NOW - 10 == user.last_active()
    end(user, two)

    assert NOW - 10 == user.last_active()


def test_a_lurker_leaves_no_trace():
    lurker = an_application()
    user = a_user(lurker, standing=Standing(last_active=5.0))
    end(user, lurker)

    assert 5.0 == user.last_active()
    assert () == news(user, NOW)


@pytest.mark.parametrize(
    ("active", "refusal"),
    [(NOW, Refusal.INACTIVE_APPLICATION_EXPIRED), (None, Refusal.APPLICATION_NOT_FOUND)],
    ids=["available", "lurker"],
)
def test_r2_19_an_application_that_ended_by_itself(active, refusal):
    """One that was available is remembered for a while; a lurker's client may start again."""
    user = a_user(an_application(active=active))
    notices, ended = tend(user, NOW + 15 * MINUTE, TERMS)

    assert ([], ["1"]) == (notices, [application.id for application in ended])
    with pytest.raises(Refused) as refused:
        user.application("1", NOW + 15 * MINUTE)
    assert refusal is refused.value.refusal


def test_r2_19_remembered_for_half_an_hour():
    user = a_user(an_application(active=NOW))
    ended = NOW + 15 * MINUTE
    tend(user, ended, TERMS)

    assert ended + 30 * MINUTE == next_due(user, ended, TERMS)
    tend(user, ended + 30 * MINUTE, TERMS)
    with pytest.raises(Refused) as refused:
        user.application("1", ended + 30 * MINUTE)
    assert Refusal.APPLICATION_NOT_FOUND is refused.value.refusal
    assert next_due(user, ended + 30 * MINUTE, TERMS) is None


def test_not_a_moment_too_early():
    application = an_application(active=NOW)
    user = a_user(application)

    assert ([], []) == tend(user, NOW + 15 * MINUTE - 0.001, TERMS)
    assert application is user.application("1", NOW)


# ---------------------------------------------------------------------- subscriptions in time


def about(kind, identifier="s1"):
    return Notice("presenceSubscription", kind, (("subscription", identifier),), "1")


def no_longer(address):
    return Notice("contact", "deleted", (("person", address),), "1", "subscribedContacts")


def test_r7_33_r7_35_a_subscription_is_warned_of_once_and_then_ends():
    user = a_user(an_application(subscriptions=[a_subscription(SARA, left=600)]))

    assert [] == tend(user, NOW + 479, TERMS)[0]
    assert [about("updated")] == tend(user, NOW + 480, TERMS)[0]
    assert [] == tend(user, NOW + 599, TERMS)[0]
    assert [no_longer(SARA), about("deleted")] == tend(user, NOW + 600, TERMS)[0]
    assert {} == user.applications["1"].subscriptions


def test_an_extension_after_the_warning_is_warned_of_again():
    subscription = a_subscription(SARA, left=600)
    user = a_user(an_application(subscriptions=[subscription]))
    tend(user, NOW + 480, TERMS)
    subscription.extend(10, NOW + 500)
    user.applications["1"].channels[""].released = NOW + 500

    assert [] == tend(user, NOW + 1079, TERMS)[0]
    assert [about("updated")] == tend(user, NOW + 1080, TERMS)[0]


def test_who_slept_through_the_warning_only_hears_of_the_end():
    user = a_user(an_application(subscriptions=[a_subscription(left=600)]))

    assert [about("deleted")] == tend(user, NOW + 700, TERMS)[0]


def test_r7_35_r7_36_who_is_in_another_subscription_is_still_watched():
    application = an_application(
        subscriptions=[a_subscription(SARA, JOHN), a_subscription(JOHN, identifier="s2")]
    )

    assert [no_longer(SARA), about("deleted")] == unsubscribe(application, "s1")
    assert [no_longer(JOHN), about("deleted", "s2")] == unsubscribe(application, "s2")


def test_who_leaves_a_subscription_but_is_in_another_one_is_still_watched():
    application = an_application(
        subscriptions=[a_subscription(SARA), a_subscription(JOHN, identifier="s2")]
    )

    assert [no_longer(LENE)] == unwatch(application, [LENE, SARA, JOHN])


LIST_LEASE = Notice("myContactsAndGroupsSubscription", to="1")


def test_r7_45_the_end_of_news_of_the_contact_list_is_announced_and_told():
    user = a_user(an_application(listening=Listening(NOW + 600)))
    application = user.applications["1"]

    assert [] == tend(user, NOW + 479, TERMS)[0]
    assert [LIST_LEASE] == tend(user, NOW + 480, TERMS)[0]
    assert [] == tend(user, NOW + 599, TERMS)[0]
    assert application.listening is not None
    assert [LIST_LEASE] == tend(user, NOW + 600, TERMS)[0]
    assert application.listening is None
    assert [] == tend(user, NOW + 601, TERMS)[0]


def test_who_slept_through_the_warning_of_the_contact_list_hears_of_it_once():
    user = a_user(an_application(listening=Listening(NOW + 600)))

    assert [LIST_LEASE] == tend(user, NOW + 700, TERMS)[0]
    assert user.applications["1"].listening is None


def test_nobody_loses_a_lease_because_the_server_was_away():
    subscription, listening = a_subscription(SARA, left=600), Listening(NOW + 600)
    user = a_user(an_application(subscriptions=[subscription], listening=listening))
    restore(user, NOW + HOUR, HOUR)

    assert NOW + HOUR + 600 == subscription.expires == listening.expires
    assert ([], []) == tend(user, NOW + HOUR, TERMS)


# ---------------------------------------------------------------------- when to look again


def test_whoever_has_nothing_live_is_never_due():
    assert next_due(a_user(), NOW, TERMS) is None


@pytest.mark.parametrize(
    ("application", "due"),
    [
        (an_application(), 15 * MINUTE),
        (an_application(active=NOW), 5 * MINUTE),
        (an_application(active=NOW - 300), 5 * MINUTE),
        (an_application(active=NOW - 600), 15 * MINUTE),
        (an_application(active=NOW, subscriptions=[a_subscription(left=200)]), 80),
        (an_application(active=NOW, listening=Listening(NOW + 200)), 80),
    ],
    ids=["lurker", "active", "inactive", "away", "subscription", "contact list"],
)
def test_a_user_is_due_when_something_will_change(application, due):
    assert NOW + due == next_due(a_user(application), NOW, TERMS)


def test_the_end_of_a_claim_is_looked_at():
    busy = Standing(manual=manual_claim(Preferred.BUSY, NOW - 24 * HOUR + 60))

    assert NOW + 60 == next_due(a_user(an_application(active=NOW), standing=busy), NOW, TERMS)


def test_a_choice_that_has_ended_is_told_though_others_see_the_same():
    """Her own applications show until when."""
    busy = manual_claim(Preferred.BUSY, NOW)
    user = a_user(
        an_application(active=NOW),
        standing=Standing(manual=timed_claim(Preferred.BUSY, NOW, 60, busy)),
    )

    assert NOW + 60 == next_due(user, NOW, TERMS)
    assert [] == tend(user, NOW + 59.999, TERMS)[0]
    assert [Notice("presence")] == tend(user, NOW + 60, TERMS)[0]
    assert busy == user.standing.manual
    assert settle(user, NOW + 60) is None
    assert [] == tend(user, NOW + 60, TERMS)[0]


def test_who_left_does_not_fade_because_the_server_was_away():
    user = a_user(an_application(active=NOW))
    endpoint = user.applications["1"].endpoint
    endpoint.leave(NOW + 10)
    restore(user, NOW + HOUR + 20, HOUR)

    assert (NOW + HOUR, NOW + HOUR + 10) == (endpoint.last_activity, endpoint.left)
    assert NOW + HOUR + 310 == next_due(user, NOW + HOUR + 20, TERMS)


def test_looking_at_each_due_time_comes_to_an_end():
    """Nothing is due in the past once it has been tended to, and all ends by itself."""
    subscriptions = [a_subscription(SARA, left=600), a_subscription(JOHN, identifier="s2")]
    user = a_user(
        an_application("1", active=NOW, subscriptions=subscriptions),
        an_application("2", listening=Listening(NOW + 600)),
    )
    now, seen = NOW, []
    while (due := next_due(user, now, TERMS)) is not None:
        assert due > now
        now = due
        tend(user, now, TERMS)
        settle(user, now)
        seen.append(user.shown.presence.availability.value)

    assert ["IdleOnline", "Away", "Offline"] == list(dict.fromkeys(seen))
    assert not user.applications
    assert not user.gone


def test_each_source_has_one_claim_of_its_own():
    user = a_user()
    meeting, call = Claim(Preferred.BUSY, 1.0, 2.0), Claim(Preferred.BUSY, 3.0)
    claim_automatically(user, Source.CALENDAR, None)
    assert user.automatic is None
    claim_automatically(user, Source.CALENDAR, meeting)
    claim_automatically(user, Source.CALL, call)
    assert {Source.CALENDAR: meeting, Source.CALL: call} == user.automatic
    claim_automatically(user, Source.CALENDAR, None)
    assert {Source.CALL: call} == user.automatic
    claim_automatically(user, Source.CALL, None)
    assert user.automatic is None
