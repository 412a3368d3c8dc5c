# Mots français de la console.

app-name = OpenUCWA

## Temps

today = Aujourd’hui
yesterday = Hier
for-minutes = depuis { $n } min
for-hours = depuis { $n } h
for-days = depuis { $n ->
    [one] un jour
   *[other] { $n } jours
}
span = { $minutes ->
    [30] 30 min
    [60] 1 heure
   *[120] 2 heures
}

## Présence

presence-Online = Disponible
presence-IdleOnline = Inactif
presence-Busy = Occupé
presence-IdleBusy = Occupé, inactif
presence-DoNotDisturb = Ne pas déranger
presence-BeRightBack = De retour bientôt
presence-Away = Absent
presence-Offline = Hors ligne
presence-Unknown = Inconnu
presence-reconnecting = Inconnu · reconnexion
activity-in-a-meeting = En réunion
activity-in-a-conference = En conférence
activity-in-a-call = En communication
activity-on-the-phone = Au téléphone
activity-out-of-office = Absent du bureau
activity-urgent-interruptions-only = Ne pas déranger
activity-presenting = En présentation
activity-in-presentation = En présentation
activity-off-work = Ne travaille pas
on-mobile = · mobile

## Sa propre présence

me = Moi
mine = Vous
my-status = Votre statut
choose-Online = Disponible
choose-Busy = Occupé
choose-DoNotDisturb = Ne pas déranger
choose-BeRightBack = De retour bientôt
choose-Away = Absent
choose-Offwork = Ne travaille pas
choose-automatic = Afficher ce que je fais
choose-for = { $status } pendant { $span }
choose-until = { $status } jusqu’à une heure donnée
until-chip = jusqu’à…
until-label = Jusqu’à
until-hint = Ensuite, votre statut d’avant est rétabli.
ends-at = Jusqu’à { $time }
end-now = Terminer
note = Note
note-placeholder = Que faites-vous ?
place = Lieu
place-placeholder = Où êtes-vous ?

## Le tableau

people = Personnes
find = Rechercher une personne
find-person = Nom de la personne
clear = Effacer
order = Ordre
order-name = A–Z
order-presence = Statut
density = Taille
density-large = Grand
density-compact = Compact
groups = Groupes
group-pinned = Favoris
group-default = Autres contacts
group-delegates = Délégués
group-delegators = J’agis pour
group-organization = Mon organisation
group-free = { $free ->
    [one] { $free } disponible sur { $total }
   *[other] { $free } disponibles sur { $total }
}
group-total = { $total ->
    [one] { $total } personne
   *[other] { $total } personnes
}
group-empty = Personne pour l’instant. Glissez des personnes ici, ou utilisez leur menu.
group-name = Nom du groupe
new-group = Nouveau groupe
rename-group = Renommer le groupe
delete-group = Supprimer le groupe
delete-group-asks = « { $name } » sera supprimé. Ses membres restent dans votre liste.
rename = Renommer
create = Créer
delete = Supprimer
board-empty = Votre liste est encore vide
board-empty-help = Saisissez un nom dans le champ ci-dessus pour trouver des personnes et les ajouter.
directory = Dans l’annuaire
directory-longer = Saisissez au moins deux lettres pour chercher dans l’annuaire.
directory-busy = Recherche en cours…
directory-none = Personne d’autre n’a été trouvé.
directory-more = Il y en a d’autres. Précisez le nom.
add = Ajouter
add-person = Ajouter { $name }
message = Message
message-person = Écrire à { $name }
actions-person = Actions pour { $name }
actions-group = Actions pour { $name }
details = Détails
move-to = Déplacer vers
copy-to = Ajouter aussi à
add-to-group = Ajouter à un groupe
remove-person = Retirer de ma liste
is-in-group = { $name } est maintenant dans « { $group } ».

## Une personne

person-unknown = Personne n’est connu à cette adresse
person-unknown-help = Cherchez par nom dans le tableau.
department = Service
company = Société
office = Bureau
email = E-mail
address = Adresse
phone-work = Professionnel
phone-mobile = Mobile
phone-home = Domicile
phone-other = Téléphone

## Conversations

conversations = Discussions
new-conversation = Nouvelle discussion
nobody-else = Personne d’autre
unread = { $n ->
    [one] { $n } non lu
   *[other] { $n } non lus
}
invitation = Invitation : { $subject }
you-said = Vous : { $text }
you = Vous
draft = Pas encore commencée
draft-help = Écrivez le premier message : il partira avec votre invitation.
talks-empty = Aucune discussion
talks-choose = Choisissez une discussion
talks-empty-help = Commencez-en une avec le plus, ou avec quelqu’un du tableau.
with-people = { $n ->
    [one] Avec une autre personne
   *[other] Avec { $n } autres personnes
}
messages = Messages
write-to = Message à { $name }
send = Envoyer
sending = Envoi…
not-sent = Non envoyé.
retry = Réessayer
typing = { $n ->
    [one] { $name } écrit…
   *[other] { $name } écrivent…
}
ringing = En attente d’une réponse…
connecting = Connexion…
invites-you = { $name } souhaite discuter avec vous.
accept = Accepter
decline = Refuser
invite = Inviter quelqu’un
invited = { $name } : invitation envoyée.
leave = Quitter la discussion
close-talk = Fermer
ended = Cette discussion est terminée.
reason-canceled = Vous avez retiré l’invitation.
reason-connectedelsewhere = L’invitation a été acceptée ailleurs.
reason-declined = L’invitation a été refusée.
reason-donotdisturb = Ne souhaite pas être dérangé pour l’instant.
reason-ejected = Un animateur vous a retiré de cette discussion.
reason-missed = L’invitation est restée sans réponse.
reason-removed = L’autre personne est partie. Cette discussion est terminée.
reason-temporarilyunavailable = N’est pas joignable pour l’instant.
reason-timeout = Personne n’a répondu.
reason-unreachable = Le message n’a pas pu être remis.
reason-sessionlost = La connexion a été perdue, et cette discussion avec elle.
reason-left = Vous avez quitté cette discussion.
reason-failed = Le serveur n’est pas joignable.
talk-again = Discuter à nouveau

## Réunions

meetings = Réunions
meeting = Réunion
meeting-of = Réunion de { $name }
own-room = Ma salle
meet-now = Se réunir maintenant
schedule = Organiser une réunion
change-meeting = Modifier la réunion
keep-changes = Enregistrer
change = Modifier
join = Rejoindre
join-again = Rejoindre à nouveau
join-by-link = Rejoindre par un lien
next = Suivant
link = Lien
link-help = Qui l’a peut venir à la porte de cette réunion.
link-unknown = Ce n’est pas le lien d’une réunion.
link-copied = Le lien est copié.
copy-link = Copier le lien
calendar-file = Fichier pour agendas
delete-meeting = Supprimer la réunion
delete-meeting-asks = « { $name } » est supprimée, et son lien n’ouvre plus rien.
any-time = À tout moment
meetings-empty = Vous n’avez organisé aucune réunion.
meetings-choose = Choisissez une réunion
meetings-help = Organisez-en une avec le plus, réunissez-vous maintenant, ou rejoignez-en une par son lien.
subject = Objet
starts = Début
ends = Fin
description = Description
attendees = Invités
leaders = Animateurs
add-attendee = Inviter quelqu’un de l’annuaire
add-leader = Ajouter un animateur de l’annuaire
one-address-a-line = Des adresses, une par ligne.
who-enters = Qui entre sans attendre
access-Everyone = Tous ceux qui ont le lien
access-SameEnterprise = Tous ceux qui ont un compte ici
access-Invited = Seulement les invités
access-None = Seulement les invités
access-Locked = Seulement les animateurs
who-leads = Qui anime avec vous
leads-Disabled = Ceux nommés animateurs
leads-SameEnterprise = Tous ceux qui ont un compte ici
leads-Everyone = Tout le monde
invites-you-meeting = { $name } vous invite à une réunion.
notice-lobby = Attend d’être admis
notice-meeting = Vous invite à une réunion
leave-meeting = Quitter la réunion
lobby = En attente d’admission
waits = { $n ->
    [one] { $names } attend d’être admis.
   *[other] { $names } attendent d’être admis.
}
lobby-wait = L’organisateur va vous faire entrer
lobby-wait-help = Restez ici : la réunion s’ouvre d’elle-même.
admit-person = Faire entrer { $name }
reject-person = Refuser { $name }
admit-all = Faire entrer tout le monde
roster = Dans cette réunion
oneself = { $name } (vous)
organizer = Organisateur
leader = Animateur
guest = Invité externe
promote = Nommer animateur
demote = Retirer l’animation
eject = Exclure de la réunion
actions-meeting = Que faire de la réunion
hush-audience = Ne laisser écrire que les animateurs
hear-audience = Laisser écrire tout le monde
audience-quiet = Seuls les animateurs peuvent écrire maintenant.
end-for-all = Terminer pour tous
end-for-all-asks = Tous doivent partir. Une réunion que vous avez organisée est supprimée, et son lien n’ouvre plus rien.
meeting-ended = La réunion est terminée.
meeting-reason-denied = Vous n’avez pas été admis.
meeting-reason-ejected = Vous avez été exclu de la réunion.
meeting-reason-ended = La réunion est terminée.
meeting-reason-left = Vous avez quitté la réunion.
meeting-reason-sessionlost = La connexion est perdue, et la réunion avec elle.
meeting-reason-timeout = Personne ne vous a fait entrer.
join-title = Rejoindre une réunion
meeting-by = { $name } l’a organisée.
your-name = Votre nom
your-name-hint = Tel que les autres le verront.
have-account = Vous avez un compte ici ?
error-no-meeting = Cette réunion n’existe pas.
error-no-guests = Les invités externes ne sont pas admis ici.
error-DestinationNotFound = Cette réunion n’existe pas.
error-TooManyOnlineMeetings = Vous avez autant de réunions que possible.
error-TooManyParticipants = La réunion est pleine.

## Historique

history = Historique
search-history = Rechercher dans l’historique
history-empty = Rien n’a encore été écrit.
history-none = Aucun résultat.
history-choose = Choisissez une discussion à lire
history-help = Les discussions terminées restent ici, à relire et à reprendre.
said-count = { $n ->
    [one] Un message
   *[other] { $n } messages
}
delete-log = Supprimer de l’historique
delete-log-asks = Cette discussion sera supprimée de votre historique. Les autres gardent la leur.
over = Cette discussion est terminée.
more = Afficher plus
loading = Chargement…

## Connexion

sign-in-title = Connexion
sign-in = Se connecter
signing-in = Connexion en cours…
sign-out = Se déconnecter
username = Nom
username-hint = Par exemple lena@example.com
password = Mot de passe
password-of = Mot de passe de { $name }
expired-title = Veuillez vous reconnecter
expired-help = Votre connexion a expiré. Ce que vous voyez reste en place.
reconnecting = Le serveur ne répond pas ; reconnexion en cours.
reconnecting-help = D’ici là, la présence de chacun est inconnue.
next-try = Nouvel essai dans { $seconds } s
try-now = Réessayer maintenant
error-wrong-password = Nom ou mot de passe incorrect.
error-too-many-attempts = Trop de tentatives. Patientez un peu, puis réessayez.
error-unreachable = Le serveur ne répond pas.
error-ended-elsewhere = Vous avez été déconnecté ailleurs.
error-served-elsewhere = Un autre serveur s’occupe de vous : { $place }
error-refused = Le serveur refuse cette connexion.
error-0 = Le serveur ne répond pas.
error-403 = Vous n’y êtes pas autorisé.
error-404 = Cela n’existe plus.
error-429 = C’était trop à la fois. Patientez un peu.
error-503 = Le serveur ne peut pas le faire maintenant. Réessayez bientôt.
error-AlreadyExists = Ce nom existe déjà.
error-TooManyContacts = Votre liste est pleine.
error-TooManyGroups = Vous avez atteint le nombre maximal de groupes.
error-command = Cela n’a pas fonctionné. { $message }

## Le cadre

ways = Vues
side = Vous et les vues
administration = Admin
settings = Paramètres
language = Langue
language-browser = Comme le navigateur
theme = Apparence
theme-system = Comme le système
theme-light = Clair
theme-dark = Sombre
notifications = Notifications sur le bureau
notifications-hint = Pour les messages et les invitations pendant que vous êtes ailleurs.
notifications-refused = Le navigateur n’autorise pas les notifications de cette page.
watch-lock = M’afficher absent quand je verrouille l’écran
watch-lock-hint = Le navigateur demande l’autorisation une fois.
back = Retour
cancel = Annuler
close = Fermer
open = Ouvrir
set = Définir

## Administration

section-overview = Vue d’ensemble
section-people = Personnes
section-groups = Groupes
section-policies = Stratégies
section-sessions = Sessions
section-pools = Pools
section-webhooks = Webhooks
section-audit = Journal d’audit
save = Enregistrer
remove = Retirer
refresh = Actualiser
done = Fait
name = Nom
who = Qui
what = Quoi
time = Heure
since = Depuis
state = État
act = Action
outcome = Résultat
card = Fiche
account = Compte
job-title = Fonction
manager = Responsable
about-whom = Au sujet de
one-a-line = Une par ligne.
addresses-a-line = Adresses de personnes et de groupes, une par ligne.
nothing-found = Personne n’a été trouvé.
type-to-confirm = Saisissez { $text } pour confirmer
only-of = Seulement de cette adresse
of-everybody = De tout le monde
shown-once = Affiché cette seule fois.
copy = Copier
copied = Copié
noted = Je l’ai noté
add-somebody = Ajouter une personne
password-hint = 8 caractères au moins. Laissé vide, le serveur en crée un.
password-made = Voici le nouveau mot de passe de { $name }.
new-password = Nouveau mot de passe
new-password-asks = L’ancien mot de passe de { $name } ne sera plus valable ; il faudra se reconnecter.
no-password = Sans mot de passe
administrator = Administrateur
disabled = Désactivé
disable = Désactiver
enable = Réactiver
is-disabled = { $name } ne peut plus se connecter.
is-enabled = { $name } peut de nouveau se connecter.
grant = Nommer administrateur
grant-asks = { $name } pourra faire ici tout ce que vous pouvez faire.
revoke = Retirer le rôle
revoke-asks = { $name } ne sera plus administrateur.
delete-somebody = Supprimer cette personne
delete-somebody-asks = { $name } sera supprimé avec contacts, historique et tout le reste, sans retour.
more-about = Plus sur { $name }
members = Membres
member-count = { $n ->
    [one] Un membre
   *[other] { $n } membres
}
visibility = Visibilité
hidden = Membres cachés
hidden-hint = Les autres ne savent pas qui en fait partie.
add-member = Adresse à ajouter
remove-member = Retirer { $name } du groupe
no-members = Personne n’est dans ce groupe.
no-groups = Il n’y a aucun groupe de distribution.
delete-distribution-asks = « { $name } » sera supprimé. Ses membres restent.
kind-group = Groupe
kind-stranger = Inconnu ici
policy = Stratégie
value = Valeur
otherwise = Sinon
said-where = Définie
said-here = Définie ici
nothing-said = rien
by-default = Par défaut : { $value }
as-everybody = Comme pour tous : { $value }
policies-help = Ce qui vaut pour tous ceux pour qui rien d’autre n’est dit.
policies-of = Stratégies de { $name }
policies-of-help = Ce qui est défini ici vaut pour une personne, quoi qu’il en soit des autres.
app = Application
shows = Affiche
lurker = Observe seulement
last-activity = Dernière activité
last-request = Dernière requête
listens = À l’écoute
session-since = Depuis { $time }
end-session = Terminer
end-session-title = Terminer cette session
end-session-asks = { $name } sera déconnecté de { $app }. Une nouvelle connexion reste possible.
no-sessions = Personne n’est connecté.
node = Nœud
nodes = Nœuds
node-silent = { $node } ne répond pas
silent = { $n ->
    [one] { $names } ne répond pas : ses personnes manquent ici.
   *[other] { $names } ne répondent pas : leurs personnes manquent ici.
}
pool = Pool
own-pool = Celui de ce serveur.
backup = Secours
serving = En service depuis { $time }
draining = Vidé depuis { $time }
served-by = Servi par { $pool }
served-by-nobody = Servi par personne
drain = Vider
undrain = Remettre en service
drain-asks = Tous ceux de { $name } sont envoyés vers { $backup }.
drain-without-asks = { $name } n’a pas de secours : ses personnes ne sont plus servies jusqu’à sa remise en service.
undrain-asks = { $name } sert de nouveau ses personnes.
url = URL
add-webhook = Ajouter un webhook
subjects-hint = Adresses de personnes et de groupes, une par ligne ; ou tout le monde.
no-webhooks = Il n’y a aucun webhook.
secret = Secret
secret-help = Le destinataire vérifie les signatures avec lui.
remove-webhook = Retirer ce webhook
remove-webhook-asks = Plus rien ne sera envoyé à { $url }.
no-acts = Rien n’a encore été fait.
show-as = Afficher comme
as-plots = Courbes
as-table = Tableau
minutes = La dernière heure par minute
no-samples = Il n’y a pas encore de chiffres.
figures-stand = Ces chiffres n’avancent plus. { $reason }
since-start = Depuis le démarrage, { $time }
plot-summary = { $name } : { $last } maintenant, entre { $least } et { $most } dans la dernière heure.
plot-here = Qui est là
plot-presence = Statuts et messages par seconde
plot-requests = Requêtes par seconde
plot-parked = Applications à l’écoute
plot-latency = Délai de remise
figure-signedIn = Connectés
figure-available = Applications disponibles
figure-applications = Applications
figure-parkedPolls = Requêtes en attente
figure-conversations = Discussions
figure-transitions = Changements de statut
figure-deliveries = Remises
figure-messages = Messages
figure-requests = Requêtes
figure-signIns = Connexions
figure-sessionsEnded = Sessions terminées
figure-droppedQueues = Files abandonnées
figure-latency50 = Moitié en
figure-latency99 = 99 sur 100 en
