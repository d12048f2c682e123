import { helper } from './helper.ts'

export default { title: helper() }
