#!/bin/bash
set -e
# Where to put the file that contains our environment variables
ENV_SCRIPT="${SCRIPT_DIR}/env-vars"

# Write out our SFTP password to a file
echo "${SFTP_PASSWORD}" > ".sftp-password"

# Write our environment variables script - the ${VARNAME:-defaultvalue} allows
# us to configure a default value for an environment variable if it was not
# injected into the container.
# NB: It's NEVER a good idea to commit passwords to your VCS. Don't store any
#     sensitive passwords in here. Rather configure them as environment
#     variables for such prototypes (and then later look into software like
#     Hashicorp's Vault as an alternative to this approach).
echo "DB_HOST=${DB_HOST:-postgres}
DB_PORT=${DB_PORT:-5432}
DB_NAME=${DB_NAME:-somedbname}
DB_USER=${DB_USER:-somedbuser}
DB_PASSWORD=${DB_PASSWORD:-somedbpassword}
SFTP_HOST=${SFTP_HOST:-sftp.somehost.com}
SFTP_USER=${SFTP_USER:-sftpuser}
SFTP_PORT=${SFTP_PORT:-2222}
SFTP_PASSWORD_FILE=${SFTP_PASSWORD_FILE:-\".sftp-password\"}
EMAIL_RECIPIENTS=${EMAIL_RECIPIENTS:-\"sucker4@monitoring.com\"}
EMAIL_SUBJECT=${EMAIL_SUBJECT:-\"Daily Ingest Log\"}
EMAIL_LINES=${EMAIL_LINES:-300}
LOG_FILE=${LOG_FILE:-\"/var/log/ingest/ingest.log\"}
" > ${ENV_SCRIPT}

# Activate the environment variables (just for printing, basically)
source ${ENV_SCRIPT}

# If we need to add another known host to the /etc/.ssh/known_hosts file
if [ -n "${KNOWN_HOST}"]; then
    echo "${KNOWN_HOST}" >> /root/.ssh/known_hosts
fi

# Write out our crontab to a file
echo "
${CRON_INGEST_SPEC} SCRIPT_DIR=${SCRIPT_DIR} ${SCRIPT_DIR}/ingest.sh >> ${LOG_FILE} 2>&1
${CRON_EMAIL_SPEC} SCRIPT_DIR=${SCRIPT_DIR} ${SCRIPT_DIR}/email-logs.sh >> ${LOG_FILE} 2>&1
" > ${SCRIPT_DIR}/crontab
# Install the crontab for root
crontab -u root ${SCRIPT_DIR}/crontab

# For debugging purposes, to make sure the crontab's been set up properly and
# all of our parameters have been configured correctly (NOTE: I haven't echo'd
# out any passwords here, for good reason: we don't know who has access to our
# logs, and our logs are going to be e-mailed around).
echo "Crontab for root:"
crontab -l
echo ""
echo "Parameters:"
echo "  - SFTP target   : sftp://$SFTP_USER@$SFTP_HOST:$SFTP_PORT"
echo "  - Database      : postgres://$DB_USER@$DB_HOST:$DB_PORT/$DB_NAME"
echo "  - Email logs to : $EMAIL_RECIPIENTS (last $EMAIL_LINES lines)"
echo ""

# Execute the container's CMD commands
exec "$@"
