#!/bin/bash
set -e
# Set our working directory
cd $SCRIPT_DIR
# Set our environment variables (configured by entrypoint.sh)
source env-vars

# Configure all of our parameters
TODAY=`date +%Y-%m-%d`
DATE_PATH=`date +%Y/%m/%d`
DATA_PATH="data"
PROCESSED_PATH="$DATA_PATH/processed/$DATE_PATH"
FLAGGED_PATH="$DATA_PATH/flagged/$DATE_PATH"
BACKUP_PATH="$DATA_PATH/backup"
PROCESSED_BACKUP_PATH="$BACKUP_PATH/processed/$DATE_PATH"
PROCESSED_BACKUP_BASE_PATH=`dirname $PROCESSED_BACKUP_PATH`

#                       YYYY-mm-dd
echo "-----------------------------"
echo " Daily ingest for $TODAY"
echo "-----------------------------"
echo "Parameters:"
echo "  - SFTP target : sftp://$SFTP_USER@$SFTP_HOST:$SFTP_PORT"
echo "  - Database    : postgres://$DB_USER@$DB_HOST:$DB_PORT/$DB_NAME"
echo ""

mkdir -p $PROCESSED_PATH
mkdir -p $FLAGGED_PATH
mkdir -p $BACKUP_PATH
mkdir -p $PROCESSED_BACKUP_BASE_PATH

echo "Fetching data..."
./ingest.py \
    --backup-folder=$BACKUP_PATH \
    --db-host="${DB_HOST}" --db-port=$DB_PORT --db-name="${DB_NAME}" \
    --db-user="${DB_USER}" --db-password="${DB_PASSWORD}" \
    "$PROCESSED_PATH" \
    "$FLAGGED_PATH"
echo ""

echo "Copying data to SFTP server..."
sshpass -f $SFTP_PASSWORD_FILE \
    sftp -P $SFTP_PORT "${SFTP_USER}@${SFTP_HOST}" <<EOF
cd processedfiles
put -r $PROCESSED_PATH/* .
EOF
echo ""

echo "Cleaning up..."
mv $PROCESSED_PATH $PROCESSED_BACKUP_PATH

echo "Done."
