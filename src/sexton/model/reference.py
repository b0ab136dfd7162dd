"""`secret:NAME` in the place of a value."""


class SecretReference(str):
    """Such a value: whoever acts on the key puts the secret in when it is needed."""

    __slots__ = ()

    @property
    def secret(self) -> str:
        return self.partition(":")[2]
