"""supervisord's XML-RPC methods, as its clients know them."""
