"""What prepares a clone: environment, assets, browser, locks. The environment needs the standard library only."""
