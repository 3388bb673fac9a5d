import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

let launched: Promise<Browser> | undefined

/**
 * The one browser of this test process: Chromium from npm. Its package brings the shared libraries a bare
 * machine lacks, and uses them when it believes to run where they are missing.
 */
function browser(): Promise<Browser> {
  launched ??= launch()
  return launched
}

async function launch(): Promise<Browser> {
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x'
  const { default: bundled } = await import('@sparticuz/chromium')
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: [
      ...bundled.args.filter(argument => !UNWANTED.has(argument)),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
    headless: true,
  })
}

const LIMIT_MS = 60_000

export interface PageOptions {
  javaScript?: boolean
  width?: number
  height?: number
  dark?: boolean
  /** Cookies of another context, to be signed in as the same person. */
  like?: BrowserContext
}

// Made for functions that run once: one process for everything dies with its first closed context, and a test must not
// run with the same-origin policy off.
const UNWANTED: ReadonlySet<string> = new Set(['--single-process', '--no-zygote', '--disable-web-security'])

/** A page in a context of its own. Problems the page reports are thrown into the test at `assertQuiet`. */
export async function openPage(
  baseURL: string,
  options: PageOptions = {},
): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
  const context = await (await browser()).newContext({
    baseURL,
    javaScriptEnabled: options.javaScript ?? true,
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Paris',
  })
  if (options.like) await context.addCookies(await options.like.cookies())
  // For every page of it. A machine that does much else takes its time; what never comes is found out all the same.
  context.setDefaultTimeout(LIMIT_MS)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', error => problems.push(`page error: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} ${message.location().url}`)
  })
  return { page, context, problems }
}

/** Closes the browser; call it once at the end of a test file. */
export async function closeBrowser(): Promise<void> {
  if (launched) await (await launched).close()
  launched = undefined
}
