/**
 * Text that cannot go wrong: well-formed markup in which whatever comes from a server stays text, and numbers as people
 * read them. Comes in: strings and numbers. Goes out: strings. What a plot or a page is, is not known here.
 */
package sfu.load.report.text;
