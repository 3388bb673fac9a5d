/** The version of the product, as the API, the MCP server and the command line say it. */
export const VERSION = '0.1.0'
