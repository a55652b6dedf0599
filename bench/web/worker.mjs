import { serve } from '../services.mjs'

serve(self.name, self)
