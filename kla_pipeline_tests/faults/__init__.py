"""What happens when something goes wrong: bad files, full disks, kills, locks, lost keys, and nights that find nothing new."""
