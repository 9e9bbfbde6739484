"""What the scripts share: compiling the contracts, writing the artifacts, checking them. Never imported by tokenkit itself."""
