"""What is handed over as proof: one zip that anybody can check with OpenSSH and a bare Python."""
