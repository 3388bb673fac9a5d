import { oneConfiguration, oneDatabaseDoor, oneWayOut } from './gates.ts'
import { browserSafeContracts, contractsOnly, moduleOrder, publicFaces } from './imports.ts'
import { erasable, namedExports, noAny, noDefaultExports, noEval, noRawHtml, noShell } from './language.ts'
import { fileNames, markupInWeb, migrationNames, moduleReadme } from './layout.ts'
import { compatibleLicenses, exactVersions, lockWithoutHosts } from './packages.ts'
import { noDeadFiles } from './reach.ts'
import type { Rule } from './rule.ts'
import { fileLength, functionLength, parses } from './sizes.ts'
import { noSkippedTests, noSleepingTests, testsAreFound } from './tests.ts'
import { citedPaths, noMarkers, nothingForeign } from './words.ts'

/** Every rule of the house, in the order in which a breach is best repaired. */
export const rules: readonly Rule[] = [
  parses,
  fileLength,
  functionLength,
  fileNames,
  markupInWeb,
  moduleReadme,
  migrationNames,
  moduleOrder,
  publicFaces,
  browserSafeContracts,
  contractsOnly,
  oneWayOut,
  oneDatabaseDoor,
  oneConfiguration,
  noDeadFiles,
  namedExports,
  noDefaultExports,
  erasable,
  noAny,
  noEval,
  noShell,
  noRawHtml,
  noSkippedTests,
  noSleepingTests,
  testsAreFound,
  exactVersions,
  lockWithoutHosts,
  compatibleLicenses,
  noMarkers,
  nothingForeign,
  citedPaths,
]
