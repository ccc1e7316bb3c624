"""What people do with their accounts: join, sign in and out, mend their profile, recover, take out their data, leave."""
