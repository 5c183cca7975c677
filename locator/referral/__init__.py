"""What a referring physician leaves with: visits, the sites for them, the criteria and a sheet of paper."""
