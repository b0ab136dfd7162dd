"""Being supervisord: `sexton supervisord` takes that one's options and puts the process where that one would."""
