# Deutsche Wörter der Konsole.

app-name = OpenUCWA

## Zeiten

today = Heute
yesterday = Gestern
for-minutes = seit { $n } Min.
for-hours = seit { $n } Std.
for-days = seit { $n ->
    [one] einem Tag
   *[other] { $n } Tagen
}
span = { $minutes ->
    [30] 30 Min.
    [60] 1 Std.
   *[120] 2 Std.
}

## Anwesenheit

presence-Online = Verfügbar
presence-IdleOnline = Inaktiv
presence-Busy = Beschäftigt
presence-IdleBusy = Beschäftigt, inaktiv
presence-DoNotDisturb = Nicht stören
presence-BeRightBack = Gleich zurück
presence-Away = Abwesend
presence-Offline = Offline
presence-Unknown = Unbekannt
presence-reconnecting = Unbekannt · keine Verbindung
activity-in-a-meeting = In einer Besprechung
activity-in-a-conference = In einer Konferenz
activity-in-a-call = In einem Gespräch
activity-on-the-phone = Am Telefon
activity-out-of-office = Außer Haus
activity-urgent-interruptions-only = Nicht stören
activity-presenting = Präsentiert gerade
activity-in-presentation = Präsentiert gerade
activity-off-work = Nicht im Dienst
on-mobile = · mobil

## Eigene Anwesenheit

me = Ich
mine = Sie
my-status = Ihr Status
choose-Online = Verfügbar
choose-Busy = Beschäftigt
choose-DoNotDisturb = Nicht stören
choose-BeRightBack = Gleich zurück
choose-Away = Abwesend
choose-Offwork = Nicht im Dienst
choose-automatic = Automatisch anzeigen
choose-for = { $status } für { $span }
choose-until = { $status } bis zu einer Uhrzeit
until-chip = bis …
until-label = Bis
until-hint = Danach gilt wieder, was vorher war.
ends-at = Bis { $time }
end-now = Jetzt beenden
note = Notiz
note-placeholder = Was machen Sie gerade?
place = Ort
place-placeholder = Wo sind Sie?

## Die Tafel

people = Personen
find = Personen suchen
find-person = Name der Person
clear = Leeren
order = Reihenfolge
order-name = A–Z
order-presence = Status
density = Größe
density-large = Groß
density-compact = Kompakt
groups = Gruppen
group-pinned = Favoriten
group-default = Weitere Kontakte
group-delegates = Stellvertretungen
group-delegators = Ich vertrete
group-organization = Meine Organisation
group-free = { $free } von { $total } verfügbar
group-total = { $total ->
    [one] Eine Person
   *[other] { $total } Personen
}
group-empty = Noch niemand. Ziehen Sie Personen hierher, oder nutzen Sie deren Menü.
group-name = Name der Gruppe
new-group = Neue Gruppe
rename-group = Gruppe umbenennen
delete-group = Gruppe löschen
delete-group-asks = „{ $name }“ wird gelöscht. Die Personen bleiben auf Ihrer Liste.
rename = Umbenennen
create = Anlegen
delete = Löschen
board-empty = Auf Ihrer Liste steht noch niemand
board-empty-help = Geben Sie oben einen Namen ein, um Personen zu finden und hinzuzufügen.
directory = Im Verzeichnis
directory-longer = Mindestens zwei Buchstaben, um im Verzeichnis zu suchen.
directory-busy = Suche läuft …
directory-none = Sonst wurde niemand gefunden.
directory-more = Es gibt noch mehr. Geben Sie mehr vom Namen ein.
add = Hinzufügen
add-person = { $name } hinzufügen
message = Nachricht
message-person = Nachricht an { $name }
actions-person = Aktionen für { $name }
actions-group = Aktionen für { $name }
details = Einzelheiten
move-to = Verschieben nach
copy-to = Auch aufnehmen in
add-to-group = In eine Gruppe aufnehmen
remove-person = Von meiner Liste entfernen
is-in-group = { $name } ist jetzt in „{ $group }“.

## Eine Person

person-unknown = Unter dieser Adresse ist niemand bekannt
person-unknown-help = Suchen Sie auf der Tafel nach dem Namen.
department = Abteilung
company = Firma
office = Büro
email = E-Mail
address = Adresse
phone-work = Geschäftlich
phone-mobile = Mobil
phone-home = Privat
phone-other = Telefon

## Unterhaltungen

conversations = Chats
new-conversation = Neuer Chat
nobody-else = Sonst niemand
unread = { $n } ungelesen
invitation = Einladung: { $subject }
you-said = Sie: { $text }
you = Sie
draft = Noch nicht begonnen
draft-help = Schreiben Sie die erste Nachricht: Sie geht mit der Einladung hinaus.
talks-empty = Noch keine Chats
talks-choose = Wählen Sie einen Chat
talks-empty-help = Beginnen Sie einen mit dem Plus oder mit jemandem auf der Tafel.
with-people = { $n ->
    [one] Mit einer weiteren Person
   *[other] Mit { $n } weiteren Personen
}
messages = Nachrichten
write-to = Nachricht an { $name }
send = Senden
sending = Wird gesendet …
not-sent = Nicht gesendet.
retry = Noch einmal versuchen
typing = { $n ->
    [one] { $name } schreibt …
   *[other] { $name } schreiben …
}
ringing = Warten auf Antwort …
connecting = Verbindung wird aufgebaut …
invites-you = { $name } möchte mit Ihnen chatten.
accept = Annehmen
decline = Ablehnen
invite = Jemanden einladen
invited = { $name } ist eingeladen.
leave = Chat verlassen
close-talk = Schließen
ended = Dieser Chat ist beendet.
reason-canceled = Sie haben die Einladung zurückgezogen.
reason-connectedelsewhere = Die Einladung wurde anderswo angenommen.
reason-declined = Die Einladung wurde abgelehnt.
reason-donotdisturb = Möchte gerade nicht gestört werden.
reason-ejected = Jemand, der leitet, hat Sie aus diesem Chat entfernt.
reason-missed = Die Einladung wurde nicht beantwortet.
reason-removed = Die andere Seite ist gegangen. Dieser Chat ist beendet.
reason-temporarilyunavailable = Ist gerade nicht zu erreichen.
reason-timeout = Niemand hat geantwortet.
reason-unreachable = Die Nachricht ließ sich nicht zustellen.
reason-sessionlost = Die Verbindung ging verloren, und damit dieser Chat.
reason-left = Sie haben diesen Chat verlassen.
reason-failed = Der Server ist nicht zu erreichen.
talk-again = Wieder chatten

## Treffen

meetings = Treffen
meeting = Treffen
meeting-of = Treffen von { $name }
own-room = Mein Raum
meet-now = Jetzt treffen
schedule = Treffen ansetzen
change-meeting = Treffen ändern
keep-changes = Speichern
change = Ändern
join = Teilnehmen
join-again = Wieder teilnehmen
join-by-link = Mit einem Link teilnehmen
next = Weiter
link = Link
link-help = Wer ihn hat, kann vor die Tür dieses Treffens kommen.
link-unknown = Das ist kein Link zu einem Treffen.
link-copied = Der Link ist kopiert.
copy-link = Link kopieren
calendar-file = Datei für Kalender
delete-meeting = Treffen löschen
delete-meeting-asks = „{ $name }“ wird gelöscht, und der Link öffnet nichts mehr.
any-time = Jederzeit
meetings-empty = Sie haben keine Treffen angesetzt.
meetings-choose = Treffen wählen
meetings-help = Setzen Sie mit dem Plus eines an, treffen Sie sich jetzt, oder nehmen Sie mit einem Link an einem teil.
subject = Betreff
starts = Beginnt
ends = Endet
description = Beschreibung
attendees = Eingeladen
leaders = Leitung
add-attendee = Jemanden aus dem Verzeichnis einladen
add-leader = Jemanden aus dem Verzeichnis zur Leitung hinzufügen
one-address-a-line = Adressen, eine in jeder Zeile.
who-enters = Wer ohne Warten eintritt
access-Everyone = Alle mit dem Link
access-SameEnterprise = Alle mit einem Konto hier
access-Invited = Nur Eingeladene
access-None = Nur Eingeladene
access-Locked = Nur die Leitung
who-leads = Wer außer Ihnen leitet
leads-Disabled = Wer zur Leitung gehört
leads-SameEnterprise = Alle mit einem Konto hier
leads-Everyone = Alle
invites-you-meeting = { $name } lädt Sie zu einem Treffen ein.
notice-lobby = Wartet auf Einlass
notice-meeting = Lädt Sie zu einem Treffen ein
leave-meeting = Treffen verlassen
lobby = Warten auf Einlass
waits = { $n ->
    [one] { $names } wartet auf Einlass.
   *[other] { $names } warten auf Einlass.
}
lobby-wait = Sie werden gleich eingelassen
lobby-wait-help = Bleiben Sie hier: das Treffen öffnet sich von selbst.
admit-person = { $name } einlassen
reject-person = { $name } abweisen
admit-all = Alle einlassen
roster = In diesem Treffen
oneself = { $name } (Sie)
organizer = Hat eingeladen
leader = Leitung
guest = Gast
promote = Zur Leitung machen
demote = Leitung entziehen
eject = Aus dem Treffen entfernen
actions-meeting = Was mit dem Treffen tun
hush-audience = Nur die Leitung schreiben lassen
hear-audience = Alle schreiben lassen
audience-quiet = Jetzt darf nur die Leitung schreiben.
end-for-all = Für alle beenden
end-for-all-asks = Alle müssen gehen. Ein Treffen, das Sie angesetzt haben, wird gelöscht, und sein Link öffnet nichts mehr.
meeting-ended = Das Treffen ist zu Ende.
meeting-reason-denied = Sie wurden nicht eingelassen.
meeting-reason-ejected = Sie wurden aus dem Treffen entfernt.
meeting-reason-ended = Das Treffen ist zu Ende.
meeting-reason-left = Sie haben das Treffen verlassen.
meeting-reason-sessionlost = Die Verbindung ging verloren und mit ihr das Treffen.
meeting-reason-timeout = Niemand hat Sie eingelassen.
join-title = An einem Treffen teilnehmen
meeting-by = { $name } hat es angesetzt.
your-name = Ihr Name
your-name-hint = So sehen ihn die anderen.
have-account = Sie haben hier ein Konto?
error-no-meeting = Dieses Treffen gibt es nicht.
error-no-guests = Gäste werden hier nicht eingelassen.
error-DestinationNotFound = Dieses Treffen gibt es nicht.
error-TooManyOnlineMeetings = Sie haben so viele Treffen, wie es geben kann.
error-TooManyParticipants = Das Treffen ist voll.

## Verlauf

history = Verlauf
search-history = Im Verlauf suchen
history-empty = Es wurde noch nichts geschrieben.
history-none = Nichts gefunden.
history-choose = Wählen Sie einen Chat zum Lesen
history-help = Beendete Chats bleiben hier, zum Nachlesen und Fortsetzen.
said-count = { $n ->
    [one] Eine Nachricht
   *[other] { $n } Nachrichten
}
delete-log = Aus dem Verlauf löschen
delete-log-asks = Dieser Chat wird aus Ihrem Verlauf gelöscht. Andere behalten ihren.
over = Dieser Chat ist vorbei.
more = Mehr anzeigen
loading = Wird geladen …

## Anmeldung, Verbindung

sign-in-title = Anmelden
sign-in = Anmelden
signing-in = Anmeldung läuft …
sign-out = Abmelden
username = Name
username-hint = Zum Beispiel lena@example.com
password = Kennwort
password-of = Kennwort von { $name }
expired-title = Bitte melden Sie sich noch einmal an
expired-help = Ihre Anmeldung ist abgelaufen. Was Sie sehen, bleibt, wo es ist.
reconnecting = Der Server antwortet nicht; die Verbindung wird wieder aufgebaut.
reconnecting-help = Bis dahin ist von niemandem bekannt, ob er da ist.
next-try = Nächster Versuch in { $seconds } s
try-now = Jetzt versuchen
error-wrong-password = Name oder Kennwort ist falsch.
error-too-many-attempts = Zu viele Versuche. Warten Sie kurz und versuchen Sie es dann noch einmal.
error-unreachable = Der Server antwortet nicht.
error-ended-elsewhere = Sie wurden anderswo abgemeldet.
error-served-elsewhere = Für Sie ist ein anderer Server da: { $place }
error-refused = Der Server lehnt diese Anmeldung ab.
error-0 = Der Server antwortet nicht.
error-403 = Das dürfen Sie nicht.
error-404 = Das gibt es nicht mehr.
error-429 = Das war zu viel auf einmal. Warten Sie kurz.
error-503 = Der Server kann das jetzt nicht. Versuchen Sie es gleich noch einmal.
error-AlreadyExists = Diesen Namen gibt es schon.
error-TooManyContacts = Ihre Liste ist voll.
error-TooManyGroups = Mehr Gruppen kann es nicht geben.
error-command = Das hat nicht geklappt. { $message }

## Der Rahmen

ways = Ansichten
side = Sie und die Ansichten
administration = Admin
settings = Einstellungen
language = Sprache
language-browser = Wie im Browser
theme = Darstellung
theme-system = Wie das System
theme-light = Hell
theme-dark = Dunkel
notifications = Benachrichtigungen auf dem Desktop
notifications-hint = Für Nachrichten und Einladungen, während Sie woanders sind.
notifications-refused = Der Browser lässt keine Benachrichtigungen dieser Seite zu.
watch-lock = Beim Sperren des Bildschirms als abwesend zeigen
watch-lock-hint = Der Browser fragt einmal um Erlaubnis.
back = Zurück
cancel = Abbrechen
close = Schließen
open = Öffnen
set = Festlegen

## Verwaltung

section-overview = Überblick
section-people = Personen
section-groups = Gruppen
section-policies = Richtlinien
section-sessions = Sitzungen
section-pools = Pools
section-webhooks = Webhooks
section-audit = Protokoll
save = Speichern
remove = Entfernen
refresh = Aktualisieren
done = Erledigt
name = Name
who = Wer
what = Was
time = Zeit
since = Seit
state = Zustand
act = Aktion
outcome = Ergebnis
card = Karte
account = Konto
job-title = Position
manager = Vorgesetzte
about-whom = Über wen
one-a-line = Eine in jeder Zeile.
addresses-a-line = Adressen von Personen und Gruppen, eine in jeder Zeile.
nothing-found = Niemand wurde gefunden.
type-to-confirm = Zur Bestätigung { $text } eingeben
only-of = Nur von dieser Adresse
of-everybody = Von allen
shown-once = Das wird nur dieses eine Mal angezeigt.
copy = Kopieren
copied = Kopiert
noted = Ich habe es notiert
add-somebody = Person hinzufügen
password-hint = Mindestens 8 Zeichen. Bleibt es leer, erzeugt der Server eines.
password-made = Das ist das neue Kennwort von { $name }.
new-password = Neues Kennwort
new-password-asks = Das alte Kennwort von { $name } gilt dann nicht mehr; eine neue Anmeldung ist nötig.
no-password = Kein Kennwort
administrator = Administrator
disabled = Gesperrt
disable = Sperren
enable = Entsperren
is-disabled = { $name } kann sich nicht mehr anmelden.
is-enabled = { $name } kann sich wieder anmelden.
grant = Zum Administrator machen
grant-asks = { $name } kann dann hier alles, was Sie können.
revoke = Rolle entziehen
revoke-asks = { $name } ist dann kein Administrator mehr.
delete-somebody = Diese Person löschen
delete-somebody-asks = { $name } wird mit Kontakten, Verlauf und allem anderen gelöscht. Nichts davon kommt wieder.
more-about = Mehr zu { $name }
members = Mitglieder
member-count = { $n ->
    [one] Ein Mitglied
   *[other] { $n } Mitglieder
}
visibility = Sichtbarkeit
hidden = Mitglieder verborgen
hidden-hint = Andere erfahren nicht, wer dazugehört.
add-member = Adresse hinzufügen
remove-member = { $name } aus der Gruppe entfernen
no-members = Niemand ist in dieser Gruppe.
no-groups = Es gibt keine Verteilergruppen.
delete-distribution-asks = „{ $name }“ wird gelöscht. Die Mitglieder bleiben.
kind-group = Gruppe
kind-stranger = Hier unbekannt
policy = Richtlinie
value = Wert
otherwise = Sonst
said-where = Gesetzt
said-here = Hier gesetzt
nothing-said = nichts
by-default = Vorgabe: { $value }
as-everybody = Wie für alle: { $value }
policies-help = Das gilt für alle, für die nichts anderes festgelegt ist.
policies-of = Richtlinien für { $name }
policies-of-help = Was hier gesetzt ist, gilt für eine Person, was immer für andere gilt.
app = App
shows = Zeigt
lurker = Schaut nur zu
last-activity = Zuletzt aktiv
last-request = Letzte Anfrage
listens = Hört jetzt zu
session-since = Seit { $time }
end-session = Beenden
end-session-title = Diese Sitzung beenden
end-session-asks = { $name } wird von { $app } abgemeldet. Eine neue Anmeldung bleibt möglich.
no-sessions = Niemand ist angemeldet.
node = Knoten
nodes = Knoten
node-silent = { $node } antwortet nicht
silent = { $n ->
    [one] { $names } antwortet nicht: Die Personen dort fehlen hier.
   *[other] { $names } antworten nicht: Die Personen dort fehlen hier.
}
pool = Pool
own-pool = Der dieses Servers.
backup = Ersatz
serving = Dient seit { $time }
draining = Geleert seit { $time }
served-by = Bedient von { $pool }
served-by-nobody = Von niemandem bedient
drain = Leeren
undrain = Wieder dienen lassen
drain-asks = Alle, die in { $name } zu Hause sind, werden zu { $backup } geschickt.
drain-without-asks = { $name } hat keinen Ersatz: Wer dort zu Hause ist, wird nicht bedient, bis der Pool wieder dient.
undrain-asks = { $name } bedient seine Personen wieder.
url = URL
add-webhook = Webhook hinzufügen
subjects-hint = Adressen von Personen und Gruppen, eine in jeder Zeile; oder alle.
no-webhooks = Es gibt keine Webhooks.
secret = Geheimnis
secret-help = Damit prüft die Empfängerseite die Signaturen.
remove-webhook = Diesen Webhook entfernen
remove-webhook-asks = An { $url } wird nichts mehr gesendet.
no-acts = Noch wurde nichts getan.
show-as = Anzeigen als
as-plots = Kurven
as-table = Tabelle
minutes = Die letzte Stunde nach Minuten
no-samples = Noch gibt es keine Zahlen.
figures-stand = Diese Zahlen stehen still. { $reason }
since-start = Seit dem Start, { $time }
plot-summary = { $name }: jetzt { $last }, in der letzten Stunde zwischen { $least } und { $most }.
plot-here = Wer da ist
plot-presence = Status und Nachrichten pro Sekunde
plot-requests = Anfragen pro Sekunde
plot-parked = Apps, die zuhören
plot-latency = Zeit bis zur Zustellung
figure-signedIn = Angemeldet
figure-available = Verfügbare Apps
figure-applications = Apps
figure-parkedPolls = Geparkte Abfragen
figure-conversations = Chats
figure-transitions = Statuswechsel
figure-deliveries = Zustellungen
figure-messages = Nachrichten
figure-requests = Anfragen
figure-signIns = Anmeldungen
figure-sessionsEnded = Beendete Sitzungen
figure-droppedQueues = Verworfene Warteschlangen
figure-latency50 = Hälfte binnen
figure-latency99 = 99 von 100 binnen
