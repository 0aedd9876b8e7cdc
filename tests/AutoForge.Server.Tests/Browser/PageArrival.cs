using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

internal static class PageArrival
{
    /// <summary>
    /// Waits until the page's address matches; the message says which it is instead. <c>WaitForURLAsync</c>
    /// looks first and listens then, and waits in vain for an arrival in between.
    /// </summary>
    public static Task ArriveAsync(this IPage page, [StringSyntax(StringSyntaxAttribute.Regex)] string address) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex(address));
}
