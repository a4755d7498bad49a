"""Who is who: signing in, registering, inviting, roles."""
