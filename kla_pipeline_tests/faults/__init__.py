"""What happens when something goes wrong: bad files, full disks, kills, locks, lost keys, and who may read what."""
