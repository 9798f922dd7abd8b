"""Rules of the NHS in England: the league of 2016 and the oversight framework of 2025."""
