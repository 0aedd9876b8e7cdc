using System.Diagnostics;
using OpenTelemetry;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>
/// Takes out of a request's span what is a secret in its address: a webhook's path is all that its caller needs to know, and
/// links in mails carry tokens in their query. The route stays, which says as much as is needed.
/// </summary>
internal sealed class AddressRedaction : BaseProcessor<Activity>
{
    private static readonly string[] Addresses = ["url.path", "url.query", "url.full", "http.target", "http.url"];

    public override void OnEnd(Activity data)
    {
        foreach (var name in Addresses)
        {
            if (data.GetTagItem(name) is not null)
                data.SetTag(name, null);
        }
    }
}
