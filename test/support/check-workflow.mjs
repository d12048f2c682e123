// What GitHub's own parser says of the workflow on standard input: a list of messages, as JSON. A process of its own, because the
// parser imports JSON in a way that Node takes only with help.
import { register } from 'node:module'
import { readFileSync } from 'node:fs'

const hook = `import { readFileSync } from 'node:fs'
export const load = async (url, context, next) => (url.endsWith('.json') ? { format: 'json', shortCircuit: true, source: readFileSync(new URL(url)) } : next(url, context))`
register(`data:text/javascript,${encodeURIComponent(hook)}`)

const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser')
const { context, value } = parseWorkflow({ name: 'site.yml', content: readFileSync(0, 'utf8') }, new NoOperationTraceWriter())
if (value) await convertWorkflowTemplate(context, value)
process.stdout.write(JSON.stringify(context.errors.getErrors().map(({ message }) => message)))
