using System.Text.Json.Nodes;
using AutoForge.Engine.Connections;

namespace AutoForge.Server.Connections;

/// <summary>What somebody typed to store a connection.</summary>
internal sealed class ConnectionForm(ConnectionKind kind, IFormCollection form)
{
    public string Name => form["name"].ToString();

    /// <summary>What can be shown again: everything but secrets.</summary>
    public IReadOnlyDictionary<string, string> Shown => kind.Fields.Where(shown => !shown.IsSecret).ToDictionary(shown => shown.Name, Text);

    public ConnectionDraft ToDraft()
    {
        var settings = new JsonObject();
        foreach (var field in Filled(isSecret: false))
            settings[field.Name] = Text(field);
        return new ConnectionDraft(Name, kind.Type, settings, Filled(isSecret: true).ToDictionary(field => field.Name, field => (string?)Text(field)));
    }

    // An empty field is one that was left out.
    private IEnumerable<ConnectionField> Filled(bool isSecret) =>
        kind.Fields.Where(field => field.IsSecret == isSecret && Text(field).Length > 0);

    // A secret may begin or end with a blank.
    private string Text(ConnectionField field) => field.IsSecret ? form[field.Name].ToString() : form[field.Name].ToString().Trim();
}
