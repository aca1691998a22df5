/**
 * A key and a certificate of its own for 127.0.0.1, valid for a hundred years. Made for these tests and of no other use:
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=127.0.0.1
 * -addext subjectAltName=IP:127.0.0.1,DNS:localhost`.
 */
export const TLS_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghPVRLcxNeKyt0pCV
RiP5tT06CyUnmQJp/x5sDCsy+rmhRANCAAQkLO7VTiVcdWI+0dhjapi6Bk6gDqr5
RGFJNm1GiU+j3RfXsH3om4bf0wCK/W4Ov+iBxC/ez54STLLs6NTDkWnZ
-----END PRIVATE KEY-----
`;

export const TLS_CERT = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUFDkK/AU+ZgeBpC+G8hrlGG6TYqYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNDIyMTQxOVoYDzIxMjYxMDMx
MjIxNDE5WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQkLO7VTiVcdWI+0dhjapi6Bk6gDqr5RGFJNm1GiU+j3RfXsH3om4bf
0wCK/W4Ov+iBxC/ez54STLLs6NTDkWnZo28wbTAdBgNVHQ4EFgQUR2ECAKhbdati
CVbxN22OdpdHFAcwHwYDVR0jBBgwFoAUR2ECAKhbdatiCVbxN22OdpdHFAcwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSQAwRgIhAIBBs0ykkgXu8PHG+qgH4FZMgrPVnsIaVZ4OoMNt3yYMAiEA
8vwQgckjUxj78C6YZsJF68Jq35REOtx3WgFZNLfqyQ0=
-----END CERTIFICATE-----
`;
