"""Certificates and requests for them, as Kubernetes signs them. Mirrors Go's crypto/x509 and encoding/pem."""
