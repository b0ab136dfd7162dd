"""The options of steps that go to an SFTP server: how its key is known, and how it lets us in.

There is no option to trust a server whose key is not known.
"""

from sexton.config import values
from sexton.config.steps.key import Key

LOGIN_KEYS = (
    Key("key_file", "a private key to log in with", metavar="FILE"),
    Key("private_key", "the same as a text", default="", secret=True, metavar="KEY"),
    Key("passphrase", "what the private key is encrypted with", default="", secret=True, metavar="PASSPHRASE"),
    Key("known_hosts", "the keys of servers, instead of ~/.ssh/known_hosts", metavar="FILE"),
    Key("host_key", "the server's key, as ssh-keyscan prints it", values.text, "", metavar="LINE"),
)
