"""Crontabs as people have them: the layouts that systems and packages ship, in words of our own."""

SYSTEM = """\
# The table of the whole machine. Each line names the user whose job it is.

SHELL=/bin/sh
# PATH=/usr/local/bin:/usr/bin

# m h dom mon dow user\tcommand
17 *\t* * *\troot    cd / && run-parts --report /srv/cron.hourly
25 6\t* * *\troot\ttest -x /srv/anacron || ( cd / && run-parts --report /srv/cron.daily )
47 6\t* * 7\troot\ttest -x /srv/anacron || ( cd / && run-parts --report /srv/cron.weekly )
52 6\t1 * *\troot\ttest -x /srv/anacron || ( cd / && run-parts --report /srv/cron.monthly )
#
"""

ANACRON = """\
# Starts what a machine that was off has missed.
SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin

30 7-23 * * *   root\t[ -x /srv/init.d/anacron ] && if [ ! -d /run/systemd/system ]; then /srv/rc anacron; fi
@reboot         root    /srv/anacron -s
"""

MAIL = """\
MAILTO = "ops@example.com, dev@example.com"
MAILFROM=cron@example.com
CRON_TZ=Europe/Berlin
GREETING = "  two blanks before, one after "
0 22 * * 1-5\tmail -s "It is 10pm" joe%Joe,%%Where are your kids at 100\\%?%
MAILTO=""
5 4 * * sun     echo "run at $(date +\\%F)" >> "$HOME/${LOG:-log}"
23 0-23/2 * * * printf 'a\\\\b\\n' | tee x
"""

SESSIONS = """\
# Removes the files of sessions that nobody has touched for a while.
09,39 *     * * *     root   [ -x /srv/sessionclean ] && if [ ! -d /run/systemd/system ]; then /srv/sessionclean; fi
"""

STATISTICS = """\
# Nothing but numbers of this machine, every ten minutes and at the end of the day.
PATH=/usr/lib/stat:/usr/sbin:/usr/bin:/sbin:/bin
5-55/10 * * * * root command -v sample > /dev/null && sample 1 1
59 23 * * * root command -v sample > /dev/null && sample 60 2
"""

RENEWAL = """\
SHELL=/bin/bash
PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin
0 */12 * * * root test -x /srv/renew -a \\! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' && renew -q
"""

INGEST = """
0 8 * * * SCRIPT_DIR=/opt/ingest /opt/ingest/ingest.sh >> /var/log/ingest/ingest.log 2>&1
30 8 * * * SCRIPT_DIR=/opt/ingest /opt/ingest/email-logs.sh >> /var/log/ingest/ingest.log 2>&1
"""

DIRECTIVES = """\
TZ=UTC
HOME=/srv/work
SHELL=/bin/bash
# sexton: name=nightly timeout=30m catch_up=last grace="2h"
# sexton: env={ LEVEL = 0o22, MODE = 'fast' } success_codes=[0, 3] priority=10
# An ordinary remark in between.
@daily ./nightly.sh
SHELL=/bin/sh
# sexton: name=report shell=false after={ job = "nightly", on = "any" } schedule="@every 5m"
0 0 * * * ./report.sh --all
@every 90s ./beat.sh
@every 90s ./beat.sh
"""

USERS = {"mail": MAIL, "ingest": INGEST, "directives": DIRECTIVES}  # without a user in each line
SYSTEMS = {"system": SYSTEM, "anacron": ANACRON, "sessions": SESSIONS, "statistics": STATISTICS, "renewal": RENEWAL}
