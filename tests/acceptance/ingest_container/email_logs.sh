#!/bin/bash
set -e
cd $SCRIPT_DIR
source env-vars
./email_file.py \
    --subject "${EMAIL_SUBJECT}" \
    --max-lines ${EMAIL_LINES} \
    "${EMAIL_RECIPIENTS}" \
    ${LOG_FILE}
