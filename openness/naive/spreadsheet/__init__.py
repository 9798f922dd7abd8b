"""What anybody can make in a spreadsheet, by what becomes of a gap."""
