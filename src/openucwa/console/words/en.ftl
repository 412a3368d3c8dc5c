# English words of the console. Every id is also in de.ftl and fr.ftl; a test sees to it.

app-name = OpenUCWA

## Times

today = Today
yesterday = Yesterday
for-minutes = for { $n } min
for-hours = for { $n } h
for-days = for { $n ->
    [one] a day
   *[other] { $n } days
}
span = { $minutes ->
    [30] 30 min
    [60] 1 hour
   *[120] 2 hours
}

## Presence

presence-Online = Available
presence-IdleOnline = Inactive
presence-Busy = Busy
presence-IdleBusy = Busy, inactive
presence-DoNotDisturb = Do not disturb
presence-BeRightBack = Be right back
presence-Away = Away
presence-Offline = Offline
presence-Unknown = Unknown
presence-reconnecting = Unknown · reconnecting
activity-in-a-meeting = In a meeting
activity-in-a-conference = In a conference
activity-in-a-call = In a call
activity-on-the-phone = On the phone
activity-out-of-office = Out of office
activity-urgent-interruptions-only = Do not disturb
activity-presenting = Presenting
activity-in-presentation = Presenting
activity-off-work = Off work
on-mobile = · mobile

## Own presence

me = Me
mine = You
my-status = Your status
choose-Online = Available
choose-Busy = Busy
choose-DoNotDisturb = Do not disturb
choose-BeRightBack = Be right back
choose-Away = Away
choose-Offwork = Off work
choose-automatic = Show what I am doing
choose-for = { $status } for { $span }
choose-until = { $status } until a time
until-chip = until …
until-label = Until
until-hint = Afterwards you are shown as before.
ends-at = Until { $time }
end-now = End now
note = Note
note-placeholder = What are you up to?
place = Place
place-placeholder = Where are you?

## The board

people = People
find = Find people
find-person = Name of a person
clear = Clear
order = Order
order-name = A–Z
order-presence = Presence
density = Size
density-large = Large
density-compact = Compact
groups = Groups
group-pinned = Favourites
group-default = Other contacts
group-delegates = Delegates
group-delegators = People I act for
group-organization = My organisation
group-free = { $free } of { $total } available
group-total = { $total ->
    [one] One person
   *[other] { $total } people
}
group-empty = Nobody yet. Drag people here, or use their menu.
group-name = Name of the group
new-group = New group
rename-group = Rename group
delete-group = Delete group
delete-group-asks = “{ $name }” is deleted. Its people stay on your list.
rename = Rename
create = Create
delete = Delete
board-empty = You have nobody on your list yet
board-empty-help = Type a name into the field above to find people, and add them.
directory = In the directory
directory-longer = Type at least two letters to search the directory.
directory-busy = Searching …
directory-none = Nobody else is found.
directory-more = There are more. Type more of the name.
add = Add
add-person = Add { $name }
message = Message
message-person = Message { $name }
actions-person = What to do with { $name }
actions-group = What to do with { $name }
details = Details
move-to = Move to
copy-to = Also add to
add-to-group = Add to a group
remove-person = Remove from my list
is-in-group = { $name } is in { $group } now.

## A person

person-unknown = Nobody is known by this address
person-unknown-help = Find people by their name on the board.
department = Department
company = Company
office = Office
email = Email
address = Address
phone-work = Work
phone-mobile = Mobile
phone-home = Home
phone-other = Phone

## Conversations

conversations = Chats
new-conversation = New chat
nobody-else = Nobody else
unread = { $n ->
    [one] one unread
   *[other] { $n } unread
}
invitation = Invitation: { $subject }
you-said = You: { $text }
you = You
draft = Not begun yet
draft-help = Write the first message: it is sent with your invitation.
talks-empty = No chats yet
talks-choose = Choose a chat
talks-empty-help = Begin one with the plus, or with somebody on the board.
with-people = { $n ->
    [one] With one other
   *[other] With { $n } others
}
messages = Messages
write-to = Message to { $name }
send = Send
sending = Sending …
not-sent = Not sent.
retry = Try again
typing = { $n ->
    [one] { $name } is typing …
   *[other] { $name } are typing …
}
ringing = Waiting for an answer …
connecting = Connecting …
invites-you = { $name } would like to chat with you.
accept = Accept
decline = Decline
invite = Invite somebody
invited = { $name } is invited.
leave = Leave the chat
close-talk = Close
ended = This chat has ended.
reason-canceled = You have taken the invitation back.
reason-connectedelsewhere = The invitation was accepted elsewhere.
reason-declined = The invitation was declined.
reason-donotdisturb = They do not want to be disturbed now.
reason-ejected = A leader has removed you from this chat.
reason-missed = The invitation was not answered.
reason-removed = The other has left. This chat has ended.
reason-temporarilyunavailable = They cannot be reached now.
reason-timeout = Nobody has answered.
reason-unreachable = The message could not be delivered.
reason-sessionlost = The connection was lost, and this chat with it.
reason-left = You have left this chat.
reason-failed = The server cannot be reached.
talk-again = Chat again

## Meetings

meetings = Meetings
meeting = Meeting
meeting-of = Meeting of { $name }
own-room = My room
meet-now = Meet now
schedule = Schedule a meeting
change-meeting = Change the meeting
keep-changes = Save
change = Change
join = Join
join-again = Join again
join-by-link = Join by a link
next = Next
link = Link
link-help = Whoever has it can come to the door of this meeting.
link-unknown = This is no link to a meeting.
link-copied = The link is copied.
copy-link = Copy the link
calendar-file = File for calendars
delete-meeting = Delete the meeting
delete-meeting-asks = “{ $name }” is deleted, and its link opens nothing any more.
any-time = Any time
meetings-empty = You have arranged no meetings.
meetings-choose = Choose a meeting
meetings-help = Arrange one with the plus, meet now, or join somebody’s by its link.
subject = Subject
starts = Begins
ends = Ends
description = Description
attendees = Invited
leaders = Leaders
add-attendee = Invite somebody from the directory
add-leader = Add a leader from the directory
one-address-a-line = Addresses, one on each line.
who-enters = Who enters without waiting
access-Everyone = Everybody with the link
access-SameEnterprise = Everybody with an account here
access-Invited = Only who is invited
access-None = Only who is invited
access-Locked = Only leaders
who-leads = Who leads besides you
leads-Disabled = Those named as leaders
leads-SameEnterprise = Everybody with an account here
leads-Everyone = Everybody
invites-you-meeting = { $name } invites you to a meeting.
notice-lobby = Waits to be let in
notice-meeting = Invites you to a meeting
leave-meeting = Leave the meeting
lobby = Waiting to be let in
waits = { $n ->
    [one] { $names } is waiting to be let in.
   *[other] { $names } are waiting to be let in.
}
lobby-wait = The organizer will let you in
lobby-wait-help = Stay here: the meeting opens by itself.
admit-person = Let { $name } in
reject-person = Turn { $name } away
admit-all = Let all in
roster = In this meeting
oneself = { $name } (you)
organizer = Organizer
leader = Leader
guest = Guest
promote = Make a leader
demote = Make an attendee
eject = Remove from the meeting
actions-meeting = What to do with the meeting
hush-audience = Let only leaders write
hear-audience = Let everybody write
audience-quiet = Only leaders may write now.
end-for-all = End for everybody
end-for-all-asks = Everybody has to leave. A meeting that you have arranged is deleted, and its link opens nothing any more.
meeting-ended = The meeting has ended.
meeting-reason-denied = You were not let in.
meeting-reason-ejected = A leader has removed you from the meeting.
meeting-reason-ended = The meeting has ended.
meeting-reason-left = You have left the meeting.
meeting-reason-sessionlost = The connection was lost, and the meeting with it.
meeting-reason-timeout = Nobody has let you in.
join-title = Join a meeting
meeting-by = { $name } has arranged it.
your-name = Your name
your-name-hint = As the others will see it.
have-account = You have an account here?
error-no-meeting = There is no such meeting.
error-no-guests = Guests are not let in here.
error-DestinationNotFound = There is no such meeting.
error-TooManyOnlineMeetings = You have as many meetings as there can be.
error-TooManyParticipants = The meeting is full.

## History

history = History
search-history = Search what was said
history-empty = Nothing was said yet.
history-none = Nothing is found.
history-choose = Choose a chat to read
history-help = Chats that are over are kept here, to read and to go on with.
said-count = { $n ->
    [one] One message
   *[other] { $n } messages
}
delete-log = Delete from history
delete-log-asks = This chat is deleted from your history. Others keep theirs.
over = This chat is over.
more = Show more
loading = Loading …

## Sign-in, connection

sign-in-title = Sign in
sign-in = Sign in
signing-in = Signing in …
sign-out = Sign out
username = Name
username-hint = Such as lena@example.com
password = Password
password-of = Password of { $name }
expired-title = Please sign in again
expired-help = Your sign-in has run out. What you see stays where it is.
reconnecting = The server is not answering; reconnecting.
reconnecting-help = Nobody’s presence is known until then.
next-try = Next try in { $seconds } s
try-now = Try now
error-wrong-password = Name or password is wrong.
error-too-many-attempts = Too many attempts. Wait a little, then try again.
error-unreachable = The server does not answer.
error-ended-elsewhere = You were signed out elsewhere.
error-served-elsewhere = You are served by another server: { $place }
error-refused = The server refuses this sign-in.
error-0 = The server does not answer.
error-403 = You may not do this.
error-404 = This is not there any more.
error-429 = That was too much at once. Wait a little.
error-503 = The server cannot do this now. Try again soon.
error-AlreadyExists = There is one of this name already.
error-TooManyContacts = Your list is full.
error-TooManyGroups = You have as many groups as there can be.
error-command = This did not work. { $message }

## The frame

ways = Views
side = You and the views
administration = Admin
settings = Settings
language = Language
language-browser = As in the browser
theme = Appearance
theme-system = As the system
theme-light = Light
theme-dark = Dark
notifications = Notifications on the desktop
notifications-hint = For messages and invitations while you look elsewhere.
notifications-refused = The browser does not allow notifications of this page.
watch-lock = Show me as away when I lock the screen
watch-lock-hint = The browser asks for leave once.
back = Back
cancel = Cancel
close = Close
open = Open
set = Set

## Administration

section-overview = Overview
section-people = People
section-groups = Groups
section-policies = Policies
section-sessions = Sessions
section-pools = Pools
section-webhooks = Webhooks
section-audit = Audit log
save = Save
remove = Remove
refresh = Refresh
done = Done
name = Name
who = Who
what = What
time = Time
since = Since
state = State
act = Action
outcome = Outcome
card = Card
account = Account
job-title = Job title
manager = Manager
about-whom = About whom
one-a-line = One on each line.
addresses-a-line = Addresses of people and groups, one on each line.
nothing-found = Nobody is found.
type-to-confirm = Type { $text } to go on
only-of = Only of this address
of-everybody = Of everybody
shown-once = It is shown this once, and never again.
copy = Copy
copied = Copied
noted = I have noted it
add-somebody = Add somebody
password-hint = 8 characters or more. Leave it empty, and the server makes one.
password-made = This is the new password of { $name }.
new-password = New password
new-password-asks = The old password of { $name } no longer works, and she has to sign in again.
no-password = No password
administrator = Administrator
disabled = Disabled
disable = Disable
enable = Enable
is-disabled = { $name } can no longer sign in.
is-enabled = { $name } can sign in again.
grant = Make administrator
grant-asks = { $name } can then do everything that you can do here.
revoke = Take the role away
revoke-asks = { $name } is then no administrator any more.
delete-somebody = Delete this person
delete-somebody-asks = { $name } is deleted with contacts, history and everything else. Nothing of it comes back.
more-about = More about { $name }
members = Members
member-count = { $n ->
    [one] One member
   *[other] { $n } members
}
visibility = Visibility
hidden = Hidden members
hidden-hint = Others are not told who is in it.
add-member = Address to add
remove-member = Remove { $name } from the group
no-members = Nobody is in this group.
no-groups = There are no distribution groups.
delete-distribution-asks = “{ $name }” is deleted. Those who were in it stay.
kind-group = Group
kind-stranger = Unknown here
policy = Policy
value = Value
otherwise = Otherwise
said-where = Set
said-here = Set here
nothing-said = nothing
by-default = By default: { $value }
as-everybody = As for everybody: { $value }
policies-help = What holds for everybody of whom nothing else is said.
policies-of = Policies of { $name }
policies-of-help = What is set here holds for one person, whatever holds for others.
app = App
shows = Shows
lurker = Only looks on
last-activity = Last active
last-request = Last request
listens = Listening now
session-since = Since { $time }
end-session = End
end-session-title = End this session
end-session-asks = { $name } is signed out of { $app }. This does not keep anybody from signing in again.
no-sessions = Nobody is signed in.
node = Node
nodes = Nodes
node-silent = { $node } does not answer
silent = { $n ->
    [one] { $names } does not answer: its people are missing here.
   *[other] { $names } do not answer: their people are missing here.
}
pool = Pool
own-pool = This server’s own.
backup = Backup
serving = Serving since { $time }
draining = Drained since { $time }
served-by = Served by { $pool }
served-by-nobody = Served by nobody
drain = Drain
undrain = Let it serve again
drain-asks = Everybody at home in { $name } is sent to { $backup }.
drain-without-asks = { $name } has no backup: nobody at home there is served until you let it serve again.
undrain-asks = { $name } serves its people again.
url = URL
add-webhook = Add a webhook
subjects-hint = Addresses of people and groups, one on each line; or everybody.
no-webhooks = There are no webhooks.
secret = Secret
secret-help = Whoever receives the changes checks their signatures with it.
remove-webhook = Remove this webhook
remove-webhook-asks = Nothing is pushed to { $url } any more.
no-acts = Nothing was done yet.
show-as = Show as
as-plots = Plots
as-table = Table
minutes = The last hour by minutes
no-samples = There are no figures yet.
figures-stand = These figures stand still. { $reason }
since-start = Since the start, { $time }
plot-summary = { $name }: { $last } now, between { $least } and { $most } in the last hour.
plot-here = Who is here
plot-presence = Presence and messages per second
plot-requests = Requests per second
plot-parked = Apps that listen
plot-latency = Time to delivery
figure-signedIn = Signed in
figure-available = Apps available
figure-applications = Apps
figure-parkedPolls = Parked polls
figure-conversations = Chats
figure-transitions = Changes of presence
figure-deliveries = Deliveries
figure-messages = Messages
figure-requests = Requests
figure-signIns = Sign-ins
figure-sessionsEnded = Sessions ended
figure-droppedQueues = Queues dropped
figure-latency50 = Half within
figure-latency99 = 99 in 100 within
