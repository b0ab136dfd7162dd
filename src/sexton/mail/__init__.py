"""Mail: composed with the standard library, sent by SMTP. What the mail sink and the step `mail` have in common.

content.py has what a mail says, plain.py and html.py dress it, compose.py makes a message of it, smtp.py sends it.
"""
