/** The rights that the console asks about, as the server names them. */
export const rights = {
  readSummary: "insight.read",
  readCustomers: "customers.read",
  mergeCustomers: "customers.merge",
  writeConsents: "consent.write",
  revealCustomers: "customers.reveal",
  exportCustomers: "customers.export",
  eraseCustomers: "customers.erase",
  readPrivacy: "privacy.read",
  writeRetention: "retention.write",
  readSegments: "segments.read",
  writeSegments: "segments.write",
  publishSegments: "segments.publish",
  exportSegments: "segments.export",
  readLists: "lists.read",
  writeLists: "lists.write",
  readJourneys: "journeys.read",
  writeJourneys: "journeys.write",
  publishJourneys: "journeys.publish",
  readImports: "imports.read",
  writeImports: "imports.write",
  writeKeys: "keys.write",
  readCompany: "company.read",
  writeCompany: "company.write",
  readAudit: "audit.read",
} as const;

export type Right = (typeof rights)[keyof typeof rights];
