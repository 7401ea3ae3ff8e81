"""The API server's paths: a request (method, path, query, headers, body) gets the answer that a real one writes.

It knows no HTTP library and opens no cluster: who has one gives a client's way into it (``api_server.ApiServer``).
Mirrors k8s.io/apiserver's pkg/endpoints and pkg/server/routes.
"""
