#!/bin/sh
# Runs once, when the database is made: the three roles, none of which is a superuser (docs say why).
set -eu

psql --no-psqlrc -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v owner_password="$PROPCOMM_OWNER_PASSWORD" \
    -v app_password="$PROPCOMM_APP_PASSWORD" \
    -v system_password="$PROPCOMM_SYSTEM_PASSWORD" <<'SQL'
CREATE ROLE propcomm_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE propcomm_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app_password';
CREATE ROLE propcomm_system LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS PASSWORD :'system_password';
CREATE DATABASE propcomm OWNER propcomm_owner ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE propcomm FROM PUBLIC;
GRANT CONNECT ON DATABASE propcomm TO propcomm_owner, propcomm_app, propcomm_system;
SQL
