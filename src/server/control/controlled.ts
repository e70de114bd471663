import type { ServiceOptions } from '../service.ts'
import type { Control } from './control.ts'
import { controlRoute } from './routes.ts'

/** How a service starts that is held so. Clients date their requests, and look at certificates, by the clock of the machine. */
export const controlled = (control: Control): Pick<ServiceOptions, 'now' | 'wall' | 'routes' | 'around'> => ({
  now: () => control.clock.now(),
  wall: () => new Date(),
  routes: [controlRoute(control)],
  around: (route) => control.around(route),
})
