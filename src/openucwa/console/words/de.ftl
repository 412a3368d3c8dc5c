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
administration = Verwaltung
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
