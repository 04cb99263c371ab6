"""A passkey as its registration leaves it, made without a browser."""

import os
from typing import Any

from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData


def kept(name: str) -> dict[str, Any]:
    """What django-allauth keeps of a passkey with this name."""
    key = ES256({1: 2, 3: -7, -1: 1, -2: os.urandom(32), -3: os.urandom(32)})
    credential = AttestedCredentialData.create(bytes(16), os.urandom(16), key)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
    seen = AuthenticatorData.create(bytes(32), flags, 1, credential)
    said = CollectedClientData.create(CollectedClientData.TYPE.CREATE, os.urandom(16), "https://testserver")
    response = {
        "clientDataJSON": websafe_encode(said),
        "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
    }
    identity = websafe_encode(credential.credential_id)
    registered = {"id": identity, "rawId": identity, "type": "public-key", "response": response}
    return {"name": name, "credential": {**registered, "clientExtensionResults": {"credProps": {"rk": True}}}}
