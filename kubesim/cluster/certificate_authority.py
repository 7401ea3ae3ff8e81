"""The authority that signs certificates: the same in every simulated cluster, so its key is no secret."""

from __future__ import annotations

#: The authority's name, as its certificate has it.
SUBJECT = {"2.5.4.3": ["kubernetes"]}
#: The private key, a number, of the curve P-256.
KEY = 0x5DC1B80233EEEAD3DCE9F90A4A3A4D592B77CE564CE403222E66646D9F17C292
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBXTCCAQOgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwprdWJlcm5l
dGVzMCAXDTAwMDEwMTAwMDAwMFoYDzIxMDAwMTAxMDAwMDAwWjAVMRMwEQYDVQQD
EwprdWJlcm5ldGVzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+LP7V9sEQLA8
lfb7nGzRegISmE1dkZgK3Ju30iU5GHfpAKAFhNh+0PPjoh5IdnTq+GPf7TMyA6CW
qoLtHe6+3qNCMEAwDgYDVR0PAQH/BAQDAgKkMA8GA1UdEwEB/wQFMAMBAf8wHQYD
VR0OBBYEFCeVbuD/yWBUv4QkOHm2dySiBNuWMAoGCCqGSM49BAMCA0gAMEUCIQDR
b8PGRrdrkHe1EvYHp0TQkoD/VMoKck7iuFQ8MBLdRwIgTG/0iCBestNLb/89ucsZ
FVzSNKj2lZamiQ0aDs8AgxY=
-----END CERTIFICATE-----
"""
