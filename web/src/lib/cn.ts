import { clsx, type ClassValue } from 'clsx'
import { twMerge } from 'tailwind-merge'

/** Class names put together; of two that contradict each other the last one counts. */
export function cn(...inputs: ClassValue[]): string {
  return twMerge(clsx(inputs))
}
