"""Which of Apprise's services may be used: those that send by `requests` alone and read no files of this machine.

Everything else is refused: what opens sockets itself (mail, MQTT, IRC, XMPP, syslog, APRS), talks to this machine
(D-Bus, desktop notifications, blink(1)), or loads files or templates (FCM, Vapid, workflows). A test holds it against
Apprise.
"""

_NAMES = """
46elks apprise apprises atalk azure bark barks betterstack bluesky brevo bsky bulksms bulkvs burstsms chanify
clickatell clicksend cliq cm d7sms dapnet dingtalk dot eight00com elks emby embys enigma2 enigma2s evolution
evolutions exotel feishu firehydrant flock flowtriq flowtriqs fluxer fluxers form forms freemobile gchat github
goalert goalerts gorush gorushs gotify gotifys groundmail groupme gupshup hassio hassios httpsms humhub ifttt
ilert incidentio infobip jellyfin jellyfins jira join json jsons kakao kakaotalk kaleyra kavenegar klr kodi
kodis kook kudosity kumulos lametric lametrics lark lauther lfg line mailersend mailgun mastodon mastodons
misskey misskeys mobilemessage mobilemsg msg91 msgbird ncloud nclouds nctalk nctalks nexmo notica noticas
notifiarr notifico notificos notifyre o365 octopush onebot onebots onesignal pagertree parsep parseps pbul
pinglet pinglets pingram pjet pjets plivo postmark prowl psafer psafers push pushdeer pushdeers pushed pushme
pushplus pushward pushy qq reddit resend revolt ringc rocket rockets ryver schan sendgrid sendpulse serwersms
ses seven sfr signal signalgrid signals signl4 simplepush sinch smsc smseagle smseagles smsmanager smsmgr
smstunnel smtp2go sns sparkpost spike splunk spugpush spush squadcast stackfield strmlabs synology synologys
telesign telnyx threema toot toots trigv trigvs tweet twist twitter viber victorops voipms vonage webex wechat
wecom wecombot whapi whatsapp wpush wxpusher wxteams x xbmc xbmcs xmatters xml xmls youlmk zalo zcliq zohocliq
zoom zulip
"""
SERVICES = frozenset(_NAMES.split())

# What has a kind of its own here, with better answers.
OWN_KINDS = {
    "mailto": "email",
    "mailtos": "email",
    "slack": "slack",
    "discord": "discord",
    "tgram": "telegram",
    "workflow": "teams",
    "workflows": "teams",
    "msteams": "teams",
    "pagerduty": "pagerduty",
    "opsgenie": "opsgenie",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "pover": "pushover",
    "matrix": "matrix",
    "matrixs": "matrix",
    "mmost": "mattermost",
    "mmosts": "mattermost",
    "twilio": "twilio",
}
