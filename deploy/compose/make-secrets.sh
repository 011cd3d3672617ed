#!/bin/sh
# Makes what no two installations may share: the secret key, the database's password, and the URL that holds it.
# Usage: make-secrets.sh FOLDER DATABASE_HOST:PORT. What is there already stays as it is.
set -eu
folder=$1
database=$2
umask 027

random() {
    head -c 48 /dev/urandom | base64 | tr -d '\n+/='
}

# By another name first: nobody ever reads half a secret.
keep() {
    if [ ! -s "$folder/$1" ]; then
        printf '%s\n' "$2" > "$folder/$1.new"
        chmod 0440 "$folder/$1.new"
        mv "$folder/$1.new" "$folder/$1"
        echo "made $folder/$1"
    fi
}

keep secret-key "$(random)"
keep database-password "$(random)"
keep database-url "postgresql+psycopg://healther:$(cat "$folder/database-password")@$database/healther"
