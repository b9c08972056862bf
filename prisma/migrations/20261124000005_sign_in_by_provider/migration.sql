-- Whom an OpenID Connect provider knows: by issuer and subject together, never by an address.
ALTER TABLE person
  ADD COLUMN oidc_issuer text,
  ADD COLUMN oidc_subject text,
  ADD CONSTRAINT person_identity_whole CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL));
CREATE UNIQUE INDEX person_identity ON person (oidc_issuer, oidc_subject);
