"""Names and addresses: from a request for DNS records to the RRsets of a name server's zones."""
