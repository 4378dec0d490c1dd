/**
 * Plots as SVG. Comes in: series of points, axes and their units. Goes out: SVG that follows the reader's light or dark
 * scheme, for a page or a file of its own. What is plotted is not known here.
 *
 * <p>Own code, since the plotting libraries of the JVM (XChart, JFreeChart) draw through AWT and bake their colours
 * in, while these plots take theirs from a style sheet.
 */
package sfu.load.report.plot;
