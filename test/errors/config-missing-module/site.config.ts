import { x } from './nope.ts'
import y from 'no-such-package'
export default { title: x + y }
