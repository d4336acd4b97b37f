"""What Tencent's platforms (WeCom, Official Accounts, mini programs) call back with: the seal and the XML that they share."""
